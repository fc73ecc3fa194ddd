"""The emulated org's Admin Console: its sign-in pages, the pages of an app, and the inspector of SCIM exchanges.

Texts, addresses, names and awkward habits are those of OB-400 to OB-424; what is our choice says so. The pages
are plain HTML made by the server and one small script, without anything from elsewhere.
"""
