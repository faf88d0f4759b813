"""What every request passes before the page or Gradio sees it."""
