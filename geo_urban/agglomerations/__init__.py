"""City clusters (城市群): where they end and how firm that line is."""
