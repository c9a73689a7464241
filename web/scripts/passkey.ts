// Beside the pages on which one logs in.
import "./elements/passkey-form";
