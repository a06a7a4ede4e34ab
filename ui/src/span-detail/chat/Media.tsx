// An image, a sound or a file of a message: from the store only, never from the network, never as base64 text.
import { FileText, Film, ImageIcon, Music } from "lucide-react";
import { useState } from "react";
import type { MessagePart } from "../../api/messages.ts";
import { mediaUrl } from "../../api/queries.ts";
import { formatBytes } from "../../base/format.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import styles from "./chat.module.css";

export type MediaPart = Extract<MessagePart, { type: "media" }>;

type MediaProps = { part: MediaPart; traceId: string; spanId: string };

const icons = { image: ImageIcon, audio: Music, video: Film, file: FileText } as const;
const names = { image: "Image", audio: "Audio", video: "Video", file: "File" } as const;

export function Media({ part, traceId, spanId }: MediaProps) {
  const { modality, index, uri } = part;
  const [isBroken, setIsBroken] = useState(false);
  const Icon = icons[modality];
  const url = index === null || index === undefined ? null : mediaUrl(traceId, spanId, index);
  return (
    <div className={styles["media"]} data-testid="media">
      {url !== null && !isBroken && <Preview part={part} url={url} onError={() => setIsBroken(true)} />}
      <p className={styles["mediaFacts"]}>
        <Icon size={13} aria-hidden />
        <span className={styles["mediaName"]}>{part.name ?? names[modality]}</span>
        <span className={styles["quiet"]}>
          {[part.media_type, part.n_bytes ? formatBytes(part.n_bytes) : null].filter(Boolean).join(" · ")}
        </span>
        {url !== null && (
          <a className={styles["mediaLink"]} href={url} download={part.name ?? `${modality}-${index}`}>
            Download
          </a>
        )}
      </p>
      {isBroken && <p className={styles["quiet"]}>Its content cannot be shown</p>}
      {url === null && uri && (
        <p className={styles["mediaFacts"]}>
          <span className={styles["mono"]}>{uri.slice(0, 500)}</span>
          <CopyButton text={uri} label="Copy address" />
        </p>
      )}
      {url === null && <p className={styles["quiet"]}>{uri ? "Elsewhere: not loaded" : "Its content was not sent"}</p>}
    </div>
  );
}

function Preview({ part, url, onError }: { part: MediaPart; url: string; onError: () => void }) {
  const [isLarge, setIsLarge] = useState(false);
  if (part.modality === "image") {
    return (
      <button
        type="button"
        className={styles["thumbnail"]}
        aria-pressed={isLarge}
        aria-label={`${part.name ?? "Image"}, ${isLarge ? "smaller" : "larger"}`}
        onClick={() => setIsLarge(!isLarge)}
      >
        <img src={url} alt="" loading="lazy" decoding="async" onError={onError} />
      </button>
    );
  }
  // What is said in it is in the messages around it, as far as anybody wrote it down.
  if (part.modality === "audio") {
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- there are none
    return <audio className={styles["audio"]} controls preload="metadata" src={url} onError={onError} />;
  }
  if (part.modality === "video") {
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- there are none
    return <video className={styles["video"]} controls preload="metadata" src={url} onError={onError} />;
  }
  return null;
}
