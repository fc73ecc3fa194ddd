"""Tests whether an integration works through Okta: a lifecycle of steps in an org, each verified on three sides."""
