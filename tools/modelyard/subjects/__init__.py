"""What rules look at: files read into documents, and documents into facts that mean the same everywhere."""
