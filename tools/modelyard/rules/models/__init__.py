"""Rules over weights and model code: where they come from, and whether they can change unseen."""
