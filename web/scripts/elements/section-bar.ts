// On a narrow screen the sections are a bar that scrolls; it opens where one is. Browsers that know
// `scroll-initial-target` do so by themselves.
const current = document.querySelector<HTMLElement>(".rail__nav [aria-current]");
const bar = current?.parentElement;
if (bar && !CSS.supports("scroll-initial-target", "nearest")) {
  bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
}
