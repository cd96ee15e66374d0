"""Pages that lead to everything else."""
