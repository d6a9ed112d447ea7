const chips = document.querySelectorAll(".chip");
for (const chip of chips) {
  chip.addEventListener("click", () => {
    const pressed = chip.getAttribute("aria-pressed") !== "true";
    for (const other of chips) other.setAttribute("aria-pressed", String(other === chip && pressed));
    for (const promise of document.querySelectorAll(".promise")) {
      const shown = !pressed || promise.dataset.standing === chip.dataset.shows;
      promise.classList.toggle("hidden", !shown);
    }
  });
}
for (const button of document.querySelectorAll(".copy")) {
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    }
  });
}
