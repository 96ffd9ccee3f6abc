"""Rules over statements of IAM policies: of roles, of who may take them on, and of resources."""
