"""What may be printed of small counts: suppression, and the audit that attacks it."""
