"""A draft played on the tablet's own pages, with nothing recorded: how it is made, mounted below `/preview` and shown."""
