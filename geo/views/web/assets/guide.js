// The steps at the head of the page: closed once, they stay closed there.

import { byId } from "./dom.js";

/** Keep in the page's own history whether they are closed: that works from a file too, and stores nothing. */
export function keepGuide() {
  const guide = byId("guide", HTMLDetailsElement);
  const wasOpen = () => history.state?.guide !== false;
  guide.open = wasOpen();
  guide.addEventListener("toggle", () => {
    if (guide.open !== wasOpen()) history.replaceState({ guide: guide.open }, "");
  });
}
