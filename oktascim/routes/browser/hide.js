/* Blanks every field whose value isn't known to be harmless, and known secrets in the text, before a screenshot. */
({ harmless, secrets }) => {
  for (const field of document.querySelectorAll("input, textarea")) {
    if (field.value && !/^(checkbox|radio|submit|button)$/.test(field.type) && !harmless.includes(field.value))
      field.value = "";
  }
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (const secret of secrets) text.data = text.data.replaceAll(secret, "[hidden]");
  }
};
