"use strict";

/* The picture that is begun with, and the mask that is painted over it. */
class MaskPaper {
  constructor(canvas, brush) {
    this.canvas = canvas;
    this.brush = brush;
    this.picture = null;
    this.file = null;
    this.mask = document.createElement("canvas");
    this.isPainted = false;
    this.last = null;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.draw(event));
    canvas.addEventListener("pointerup", () => (this.last = null));
    canvas.addEventListener("pointercancel", () => (this.last = null));
  }

  async open(file) {
    this.picture = await createImageBitmap(file);
    this.file = file;
    for (const each of [this.canvas, this.mask]) {
      each.width = this.picture.width;
      each.height = this.picture.height;
    }
    this.clear();
  }

  close() {
    this.picture = this.file = null;
  }

  clear() {
    this.mask.getContext("2d").clearRect(0, 0, this.mask.width, this.mask.height);
    this.isPainted = false;
    this.show();
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.place(event);
    this.stroke(this.last);
  }

  draw(event) {
    if (this.last) {
      this.stroke(this.place(event));
    }
  }

  place(event) {
    const scale = this.canvas.width / this.canvas.clientWidth;
    return [event.offsetX * scale, event.offsetY * scale];
  }

  stroke(to) {
    const context = this.mask.getContext("2d");
    context.lineWidth = (this.brush.valueAsNumber * this.canvas.width) / this.canvas.clientWidth;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...this.last);
    context.lineTo(to[0] + 0.01, to[1]);
    context.stroke();
    this.last = to;
    this.isPainted = true;
    this.show();
  }

  show() {
    const context = this.canvas.getContext("2d");
    context.drawImage(this.picture, 0, 0);
    context.globalAlpha = 0.5;
    context.drawImage(this.mask, 0, 0);
    context.globalAlpha = 1;
  }

  /* As the server reads it: transparent where the picture is made anew. */
  png() {
    const sheet = document.createElement("canvas");
    sheet.width = this.mask.width;
    sheet.height = this.mask.height;
    const context = sheet.getContext("2d");
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.globalCompositeOperation = "destination-out";
    context.drawImage(this.mask, 0, 0);
    return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
  }
}
