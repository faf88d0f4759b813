"""The page's Gradio components."""
