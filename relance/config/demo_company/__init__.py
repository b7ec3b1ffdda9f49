"""The demo company's words and rows: an installer of solar panels, made up, whose data is in French like its people."""
