"""Asks two servers the same and compares what they answer."""
