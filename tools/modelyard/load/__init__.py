"""The load stage: files of the repository to typed values, every problem collected."""
