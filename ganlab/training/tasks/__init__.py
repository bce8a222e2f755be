"""Tasks: how a batch is drawn, what G is given, what D sees, what is shown (`Task` in `state`)."""
