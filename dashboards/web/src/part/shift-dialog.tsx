import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../language.ts';
import { shiftDialog, shiftName, startShift } from '../shift.ts';

/** Asks who is on shift; opened by the top bar, or by the first acknowledgement. */
export function ShiftDialog() {
  const { ui } = texts.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const request = shiftDialog.value;
  useEffect(() => {
    if (request === undefined) dialog.current?.close();
    else if (dialog.current?.open === false) {
      dialog.current.showModal();
      input.current?.select();
    }
  }, [request]);
  if (request === undefined) return null;
  const close = () => {
    shiftDialog.value = undefined;
  };
  const isForAlarm = request.onNamed !== undefined;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="shift-title" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!startShift(input.current?.value ?? '')) input.current?.focus();
        }}
      >
        <h2 id="shift-title">{ui.startShift}</h2>
        {isForAlarm && <p>{ui.shiftFirst}</p>}
        <label>
          <span>{ui.shiftName}</span>
          <input
            ref={input}
            data-field="shift-name"
            name="shift-name"
            autocomplete="name"
            maxLength={80}
            required
            defaultValue={shiftName.peek()}
          />
        </label>
        <p class="muted">{ui.shiftWhy}</p>
        <div class="buttons">
          <button type="button" class="quiet" onClick={close}>
            {ui.cancel}
          </button>
          <button type="submit" class="primary" data-action="start-shift">
            {isForAlarm ? ui.shiftAndAcknowledge : ui.startShift}
          </button>
        </div>
      </form>
    </dialog>
  );
}
