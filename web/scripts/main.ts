// Comfort for the pages that sell; everything works without it.
import "./elements/ticket-stepper";
import "./elements/ticket-order";
import "./elements/hold-countdown";
import "./elements/copy-button";
import "./elements/auto-submit";
import "./elements/order-watch";
import "./elements/stock-watch";
import "./elements/waiting-room";
import "./elements/pay-work";
import { guardDoubleSubmit } from "./double-submit";

guardDoubleSubmit(document);
