"""Border towns and the corridors they form."""
