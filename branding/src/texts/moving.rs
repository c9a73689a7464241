//! Keys of prices that move with demand.

texts! {
    FIELD_PRICE_MOVES = "field-price-moves";
    FIELD_HAS_POLICY = "field-has-policy";
    FIELD_POLICY_BOUNDS = "field-policy-bounds";
    FIELD_POLICY_STEP = "field-policy-step";
    FIELD_POLICY_INTERVAL = "field-policy-interval";
    FIELD_POLICY_DAILY = "field-policy-daily";
    FIELD_POLICY_CURVE = "field-policy-curve";
    FIELD_POLICY_TOLERANCE = "field-policy-tolerance";
    FIELD_POLICY_FREEZE = "field-policy-freeze";
    FIELD_POLICY_TOO_LATE = "field-policy-too-late";
    FIELD_POLICY_TIERS = "field-policy-tiers";
    FIELD_POLICY_OPEN = "field-policy-open";
    FIELD_POLICY_TOO_MANY = "field-policy-too-many";
    MOVES_START = "moves-start";
    MOVES_AHEAD = "moves-ahead"; // sold, expected
    MOVES_BEHIND = "moves-behind"; // sold, expected
    MOVES_BOUNDS = "moves-bounds";
    MOVES_STOPPED = "moves-stopped";
    MOVES_NOW = "moves-now"; // least, most
    MOVES_SOON = "moves-soon"; // at, least, most
    MOVES_CHART = "moves-chart";
    POLICIES_SAID = "policies-said"; // floor, ceiling, start, step, hours, daily, at
    POLICY_AT = "policy-at"; // at
    POLICY_CHART = "policy-chart";
    POLICY_RUN_AHEAD = "policy-run-ahead";
    POLICY_RUN_BEHIND = "policy-run-behind";
    POLICY_RUN_BOUNDS = "policy-run-bounds";
}
