"""Scores that a methods section can cite: each with its n, its interval, its baseline and its ceiling.

Matching (which predicted item answers which gold item) stands apart from scoring. Scores are sums over articles
put through a formula, so that the article stays the unit of every interval and every test. Nothing here asks a
model: whatever is measured comes in as a plain function from a document to an analysis.

The rooms load on use: `import framing.evaluation` loads neither numpy nor scipy.
"""
