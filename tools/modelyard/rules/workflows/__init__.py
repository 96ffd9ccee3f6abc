"""Rules over GitHub workflows and CODEOWNERS that zizmor has no audit for."""
