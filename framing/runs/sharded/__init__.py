"""The same run on many machines: shards of the corpus, worked through by actors of Ray."""
