// The wire to the program: JSON out; JSON and pictures in. Comes back by itself when the program answers again.

const RETRY_MS = 1000;

export class Connection {
  // on.open(), on.close(reason), on.picture(head, bytes), on.message(message)
  constructor(on) {
    this.on = on;
    this.connect();
  }

  connect() {
    const socket = new WebSocket(`ws://${location.host}/socket`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.on.open();
    socket.onmessage = (event) => {
      if (typeof event.data === "string") {
        this.on.message(JSON.parse(event.data));
        return;
      }
      const length = new DataView(event.data).getUint32(0, true);
      const head = JSON.parse(new TextDecoder().decode(new Uint8Array(event.data, 4, length)));
      this.on.picture(head, event.data.slice(4 + length));
    };
    socket.onclose = (event) => {
      this.on.close(event.reason);
      setTimeout(() => this.connect(), RETRY_MS);
    };
    this.socket = socket;
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
