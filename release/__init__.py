"""What a release needs beside the code: an audit of the dependencies and a bill of materials."""
