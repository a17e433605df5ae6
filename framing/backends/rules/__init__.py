"""What can be found without a model: rules of language, one module a kind of report."""
