// Comfort for the consoles: lists that answer while typing, charts, drafts that save themselves, the door.
import "htmx.org";
import "./elements/copy-button";
import "./elements/sales-chart";
import "./elements/draft-form";
import "./elements/door-answer";
import "./elements/live-figures";
import "./elements/section-bar";
import "./elements/passkey-form";
