"""Rules about credentials: one for each sort of place in which a document can hold one."""
