"""What a release needs besides the code: an audit of the dependencies and a bill of materials."""
