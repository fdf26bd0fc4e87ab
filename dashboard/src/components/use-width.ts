import { useEffect, useRef, useState } from 'preact/hooks';

/** The width of an element as it is, for what is drawn in pixels. */
export function useWidth(): [(element: Element | null) => void, number] {
  const [width, setWidth] = useState(1200);
  const observer = useRef<ResizeObserver | null>(null);
  useEffect(() => () => observer.current?.disconnect(), []);
  const attach = useRef((element: Element | null) => {
    observer.current?.disconnect();
    if (element === null) return;
    observer.current = new ResizeObserver(([entry]) =>
      setWidth(Math.max(120, Math.round(entry?.contentRect.width ?? 1200))),
    );
    observer.current.observe(element);
  });
  return [attach.current, width];
}
