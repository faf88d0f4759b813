"""The parts of the page that are made of Gradio's own components."""
