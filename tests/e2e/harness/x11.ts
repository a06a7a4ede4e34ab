// The one X11 message that no installed tool sends: “please close”, as a window manager's button does.
import { connect } from "node:net";

/** Asks a window to close (WM_DELETE_WINDOW), over the display's socket. */
export async function askToClose(display: string, windowId: number): Promise<void> {
  const socket = connect(`/tmp/.X11-unix/X${display.replace(":", "")}`);
  const read = reader(socket);
  try {
    // Little-endian, protocol 11.0, no authorisation.
    socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const setup = await read(8);
    if (setup[0] !== 1) throw new Error("the X server refused the connection");
    await read(setup.readUInt16LE(6) * 4);

    const atom = async (name: string): Promise<number> => {
      socket.write(internAtom(name));
      return (await read(32)).readUInt32LE(8);
    };
    const protocols = await atom("WM_PROTOCOLS");
    const deleteWindow = await atom("WM_DELETE_WINDOW");
    socket.write(sendClientMessage(windowId, protocols, deleteWindow));
    // An answered request after it: then the server has handled the message.
    await atom("WM_PROTOCOLS");
  } finally {
    socket.end();
  }
}

function internAtom(name: string): Buffer {
  const request = Buffer.alloc(8 + Math.ceil(name.length / 4) * 4);
  request.writeUInt8(16, 0);
  request.writeUInt16LE(request.length / 4, 2);
  request.writeUInt16LE(name.length, 4);
  request.write(name, 8, "latin1");
  return request;
}

function sendClientMessage(windowId: number, type: number, data: number): Buffer {
  const request = Buffer.alloc(44);
  request.writeUInt8(25, 0);
  request.writeUInt16LE(11, 2);
  request.writeUInt32LE(windowId, 4);
  // The event: client message with 32-bit data.
  request.writeUInt8(33, 12);
  request.writeUInt8(32, 13);
  request.writeUInt32LE(windowId, 16);
  request.writeUInt32LE(type, 20);
  request.writeUInt32LE(data, 24);
  return request;
}

/** Reads a stream in pieces of given lengths. */
function reader(stream: NodeJS.ReadableStream): (length: number) => Promise<Buffer> {
  let pending = Buffer.alloc(0);
  const chunks = stream[Symbol.asyncIterator]();
  return async (length) => {
    while (pending.length < length) {
      const next = await chunks.next();
      if (next.done) throw new Error("the X server closed the connection");
      pending = Buffer.concat([pending, Buffer.from(next.value)]);
    }
    const piece = pending.subarray(0, length);
    pending = pending.subarray(length);
    return piece;
  };
}
