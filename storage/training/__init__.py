"""Training data: what people have verified, cut into clips, in the formats that trainers read."""
