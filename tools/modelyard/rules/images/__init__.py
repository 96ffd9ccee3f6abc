"""Rules about images: which one is meant, whether it was approved, and how old it is."""
