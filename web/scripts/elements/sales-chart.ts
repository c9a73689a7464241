import uPlot from "uplot";

/** Draws the table that follows it: the hours of a day as bars, days as a line. The table stays the source and the text alternative. */
class SalesChart extends HTMLElement {
  #plot: uPlot | undefined;
  #seen = new ResizeObserver(() => this.#resize());
  #scheme = window.matchMedia("(prefers-color-scheme: dark)");
  #redraw = (): void => this.#draw();

  connectedCallback(): void {
    this.setAttribute("ready", "");
    this.#draw();
    this.#seen.observe(this);
    this.#scheme.addEventListener("change", this.#redraw);
  }

  disconnectedCallback(): void {
    this.#seen.disconnect();
    this.#scheme.removeEventListener("change", this.#redraw);
    this.#plot?.destroy();
  }

  #resize(): void {
    this.#plot?.setSize({ width: this.clientWidth, height: this.clientHeight });
  }

  #draw(): void {
    const rows = [...(this.closest("figure")?.querySelectorAll<HTMLElement>("tr[data-label]") ?? [])];
    if (rows.length < 2) return;
    this.#plot?.destroy();
    const currency = this.dataset["currency"] ?? "EUR";
    const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
    const money = new Intl.NumberFormat(locale, { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 });
    const unit = 10 ** this.#exponent(currency);
    const number = (text: string | undefined): number | null => (text ? Number(text) / unit : null);
    const css = getComputedStyle(this);
    const colour = (name: string): string => css.getPropertyValue(name).trim();
    const labels = rows.map((row) => row.dataset["label"] ?? "");
    const isDay = this.dataset["span"] === "today";
    const bars = isDay && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.62, 22], radius: 0.25 }) } : {};
    const axis = { stroke: colour("--text-muted"), font: `12px ${css.fontFamily}`, grid: { stroke: colour("--border"), width: 1 } };
    this.#plot = new uPlot(
      {
        width: this.clientWidth,
        height: this.clientHeight,
        padding: [8, 8, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(max, 1) * 1.1] } },
        axes: [
          { ...axis, size: 24, gap: 6, grid: { show: false }, ticks: { show: false }, values: (_plot, at) => at.map((i) => labels[i] ?? "") },
          { ...axis, size: 76, ticks: { show: false }, values: (_plot, at) => at.map((value) => money.format(value)) },
        ],
        series: [
          {},
          {
            stroke: colour("--accent-text"),
            width: isDay ? 0 : 2,
            fill: `${colour("--accent-text")}${isDay ? "" : "1c"}`,
            points: { show: false },
            ...bars,
          },
          { stroke: colour("--border-strong"), width: 1.5, dash: [4, 4], points: { show: false } },
        ],
      },
      [
        rows.map((_row, index) => index),
        rows.map((row) => number(row.dataset["now"])),
        rows.map((row) => number(row.dataset["before"])),
      ],
      this,
    );
  }

  #exponent(currency: string): number {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  }
}

customElements.define("sales-chart", SalesChart);
