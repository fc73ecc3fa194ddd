"""The `console` route: a real browser acts as the administrator in the Admin Console."""
