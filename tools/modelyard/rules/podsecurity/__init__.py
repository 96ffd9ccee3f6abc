"""The controls of the Pod Security Standards as rules, one each."""
