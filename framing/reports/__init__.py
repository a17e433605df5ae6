"""Analyses for people to read."""
