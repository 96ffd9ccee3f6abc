"""Rules about text itself: what a reader does not see, and what tells a scanner to look away."""
