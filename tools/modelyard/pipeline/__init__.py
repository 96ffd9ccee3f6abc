"""The composition of the stages, for one model and for all: what the commands call."""
