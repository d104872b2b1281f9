"""A question-answering service: embed the question, look up passages, let a model answer from them."""
