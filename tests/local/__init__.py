"""Tests that ask a real, very small language model on this machine: `make test-local`."""
