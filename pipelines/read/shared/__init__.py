"""What readers of several formats share: archives, marks, kinds of lines; no format is read here."""
