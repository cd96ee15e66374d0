"""From need to a decision: who comes first, what that reaches, how to share out, and how sure."""
