import type { AlertSink, SentAlert } from '../../engine/ports/alert-sink.ts';

/** Keeps what it is sent in this process's memory. */
export class MemoryAlertSink implements AlertSink {
  readonly sent: SentAlert[] = [];

  async send(message: SentAlert): Promise<'sent'> {
    this.sent.push(message);
    return 'sent';
  }
}
